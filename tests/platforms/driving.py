"""The same acts done twice: on the register through its services, and on the mirror by hand."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta

from django.db import transaction

from kechuang.directory import services as directory
from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.errors import Refused
from kechuang.platforms import services
from kechuang.platforms.models import Platform, Recognition, RegisterEntry
from tests.factories import UserFactory
from tests.platforms.conftest import Town
from tests.platforms.mirror import DAYS, OWN, SLOTS, Copy, Mirror, Record, Unit

ENDED = {"revoke": "revoked", "deregister": "deregistered"}
HAS = ({"rooms", "area", "opened"}, {"area", "joint"})
"""The own fields of the first and the second type (``conftest.build_town``)."""
READ = (
    "name",
    "kind_id",
    "level",
    "standing",
    "host_id",
    "host_name",
    "county_id",
    "department_id",
    "director",
    "extras",
)


class Drive:
    """A town and its mirror; every act happens to both or, when it is refused, to neither."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.mirror = Mirror()
        self.refused = 0
        offices = [
            tuple(Office(role, department_id=department.pk) for department in town.departments)
            for role in ("department_officer", "department_head")
        ]
        self.officer, self.head = (Actor(user_id=UserFactory().pk, offices=held) for held in offices)
        for host in town.hosts:
            self.mirror.units[host.pk] = Unit([host.name] * SLOTS, [host.county_id] * SLOTS)

    @contextmanager
    def both(self):
        """Undo the register's half when it refuses; the mirror's half comes after it."""
        try:
            with transaction.atomic():
                yield
        except Refused:
            self.refused += 1

    def register(
        self, slot: int, *, host: int = 0, kind: int = 0, name: str = "示例甲", sensitive: bool = False
    ) -> str:
        town = self.town
        platform = services.platform_register(
            actor=self.officer,
            since=DAYS[slot],
            name=name,
            kind=town.kinds[kind],
            host=town.hosts[host],
            department=town.departments[kind],
            sensitive=sensitive,
        )
        day = {
            "name": name,
            "kind": town.kinds[kind].pk,
            "host": town.hosts[host].pk,
            "county": None,
            "department": town.departments[kind].pk,
            "director": "",
            "standing": "candidate",
            **dict.fromkeys(OWN),
        }
        days = [dict(day) if place >= slot else None for place in range(SLOTS)]
        self.mirror.platforms[platform.number] = Copy(platform.number, slot, sensitive, days, standing_since=slot)
        return platform.number

    def amend(self, number: str, verb: str, slot: int, name: str, value: object) -> None:
        """``verb`` is change or correct; ``value`` a model row or a text."""
        platform = Platform.objects.get(number=number)
        write = services.platform_change if verb == "change" else services.platform_correct
        values = {name: value}
        given = {"extras": {name: value}} if name in OWN else values
        if name == "kind" and verb == "change":
            # A new type brings its department unless it is named; the mirror wants it said.
            values["department"] = self.town.departments[self.town.kinds.index(value)]
        with self.both():
            write(platform=platform, on=DAYS[slot], actor=self.officer, reason="示例理由", **given)
            copy = self.mirror.platforms[number]
            for field, said in values.items():
                getattr(copy, verb)(field, slot, getattr(said, "pk", said))
            self._leave_behind(copy)

    def _leave_behind(self, copy: Copy) -> None:
        """On every day, drop what the type of that day does not have."""
        has = {kind.pk: own for kind, own in zip(self.town.kinds, HAS, strict=True)}
        for day in copy.days:
            if day is not None:
                day.update(dict.fromkeys(set(OWN) - has[day["kind"]]))

    def restart(self, number: str, slot: int) -> None:
        """Correct the day the platform's record begins."""
        with self.both():
            services.platform_restart(
                platform=Platform.objects.get(number=number), since=DAYS[slot], actor=self.officer, reason="示例理由"
            )
            self.mirror.platforms[number].restart(slot)

    def recognise(self, number: str, slot: int, level: str, *, end_lower: bool = False) -> None:
        platform = Platform.objects.get(number=number)
        copy = self.mirror.platforms[number]
        with self.both():
            row = services.recognition_draft(
                platform=platform,
                actor=self.officer,
                level=level,
                recognised_on=DAYS[slot],
                document_number=f"示科发〔{slot}〕号",
                recognised_by="示例机关",
            )
            services.recognition_move(recognition=row, step="submit", actor=self.officer)
            services.recognition_confirm(recognition=row, actor=self.head, end_lower=end_lower)
            self._recognised(copy, Record(level, slot, key=row.pk), end_lower=end_lower)

    @staticmethod
    def _recognised(copy: Copy, record: Record, *, end_lower: bool) -> None:
        lower = ("municipal", "provincial", "national").index(record.level)
        for other in copy.records:
            below = other.level in ("municipal", "provincial", "national")[:lower]
            if end_lower and below and other.end is None and not other.void:
                other.end = record.start
        copy.records.append(record)
        if copy.days[-1]["standing"] == "candidate":
            copy.stand("active", record.start)
            return
        # A recognition entered later lets the platform run from its own day.
        slot = record.start
        while slot < SLOTS and copy.days[slot]["standing"] == "candidate":
            copy.days[slot]["standing"] = None
            slot += 1
        for place in range(record.start, slot):
            copy.days[place]["standing"] = copy.days[slot]["standing"]

    def end(self, number: str, place: int, slot: int) -> None:
        record = self._record(number, place)
        if record is None:
            return
        with self.both():
            services.recognition_end(
                recognition=Recognition.objects.get(pk=record.key),
                on=DAYS[slot],
                ending="restated",
                actor=self.officer,
                reason="示例理由",
            )
            record.end = slot

    def void(self, number: str, place: int) -> None:
        record = self._record(number, place)
        if record is None:
            return
        with self.both():
            services.recognition_void(
                recognition=Recognition.objects.get(pk=record.key), actor=self.head, reason="示例理由"
            )
            record.void = True

    def stand(self, number: str, step: str, slot: int) -> None:
        platform = Platform.objects.get(number=number)
        copy = self.mirror.platforms[number]
        with self.both():
            told = {"on": DAYS[slot], "actor": self.head, "reason": "示例理由", "document_number": "示〔2020〕1号"}
            if step not in ENDED:
                copy.stand(services.platform_move(platform=platform, step=step, **told).target, slot)
            else:
                notice = DAYS[slot] - timedelta(days=30)
                services.ending_record(platform=platform, step=step, noticed_on=notice, views="无异议", **told)
                copy.stand(ENDED[step], slot)
                for record in copy.records:
                    if record.end is None and not record.void:
                        record.end = slot

    def rename(self, host: int, slot: int, *, name: str | None = None, county: int | None = None) -> None:
        organisation = Organisation.objects.get(pk=self.town.hosts[host].pk)
        unit = self.mirror.units[organisation.pk]
        values: dict[str, object] = {}
        if name is not None:
            values["name"] = name
        if county is not None:
            values["county"] = self.town.counties[county]
        with self.both():
            directory.organisation_change(organisation=organisation, on=DAYS[slot], actor=self.officer, **values)
            for place in range(slot, SLOTS):
                unit.name[place] = name or unit.name[place]
                if county is not None:
                    unit.county[place] = self.town.counties[county].pk

    def merge(self, absorbed: int, into: int, slot: int) -> None:
        one, other = (Organisation.objects.get(pk=self.town.hosts[place].pk) for place in (absorbed, into))
        with self.both():
            directory.organisation_merge(absorbed=one, into=other, on=DAYS[slot], actor=self.officer)
            self.mirror.merge(one.pk, other.pk, slot)

    def _record(self, number: str, place: int) -> Record | None:
        records = self.mirror.platforms[number].records
        return records[place % len(records)] if records else None


def stored_on(day: date) -> dict[str, tuple[object, ...]]:
    """Return number → what the register says on ``day``, read as plainly as can be."""
    rows = RegisterEntry.objects.filter(start__lte=day, end__gt=day).values_list("number", *READ)
    return {row[0]: (*row[1:-1], tuple(sorted(row[-1].items()))) for row in rows}
