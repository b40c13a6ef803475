"""Why there is no feasible assignment (无解的原因), in the words of the people who set the rules.

A minimum cut names the smallest group that cannot be served: proposals whose experts are full or
too few, or experts whose lower bound cannot be filled. Groups that share no expert are told apart.
For each the smallest change of one rule that mends it is computed, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kechuang.pure.assignment import flows
from kechuang.pure.assignment.components import independent_parts
from kechuang.pure.assignment.network import Ints, Network, build
from kechuang.pure.assignment.reading import Instance

Reason = dict[str, Any]

_NAMED = 6
"""So many names stand in a sentence; the lists beside it are complete."""
_WHOLE = 1000
_PARTS_MAX = 30
"""Further independent groups are told together: nobody reads more, and each costs several flows."""


def contradictions(instance: Instance) -> list[Reason]:
    """Return what rules and locked pairs contradict one another already, before any counting."""
    listed = {(p, e) for p, e, _ in instance.scores} if instance.locked else set()
    reasons = [reason for pair in instance.locked for reason in _bad_lock(instance, pair, listed=pair in listed)]
    loads = Counter(e for _, e in instance.locked)
    for e, (least, most) in enumerate(zip(instance.min_load, instance.max_load, strict=True)):
        name = instance.experts[e]
        if most is not None and least > most:
            text = f"专家 {name} 的最低评审量 {least} 大于上限 {most}。"
            reasons.append(_reason(text, "min_load", f"将其最低评审量降至 {most}。", experts=[e]))
        if most is not None and loads[e] > most:
            text = f"专家 {name} 已锁定 {loads[e]} 份，超过其评审上限 {most} 份。"
            relaxation = f"将其评审上限提高到 {loads[e]}，或解除 {loads[e] - most} 对锁定。"
            held = [p for p, x in instance.locked if x == e]
            reasons.append(_reason(text, "max_load", relaxation, proposals=held, experts=[e]))
    return reasons + _crowded_locks(instance)


def _bad_lock(instance: Instance, pair: tuple[int, int], *, listed: bool) -> list[Reason]:
    p, e = pair
    who = f"锁定的一对（项目 {instance.proposals[p]}，专家 {instance.experts[e]}）"
    if pair in instance.conflicts:
        why = instance.conflicts[pair] or "未写明理由"
        text = f"{who}须回避：{why}。"
    elif not listed:
        text = f"{who}不在可分配的配对之列。"
    else:
        return []
    return [_reason(text, "locked", "解除这一对锁定。", proposals=[p], experts=[e])]


def _crowded_locks(instance: Instance) -> list[Reason]:
    reasons = []
    counts = Counter(p for p, _ in instance.locked)
    for p, count in counts.items():
        if count > instance.reviews[p]:
            text = f"项目 {instance.proposals[p]} 锁定了 {count} 位专家，多于所需的 {instance.reviews[p]} 份评审。"
            relaxation = f"解除 {count - instance.reviews[p]} 对锁定，或将评审份数增至 {count}。"
            held = [e for x, e in instance.locked if x == p]
            reasons.append(_reason(text, "locked", relaxation, proposals=[p], experts=held))
    limit = instance.max_per_unit
    groups = Counter((p, instance.units[e]) for p, e in instance.locked)
    for (p, unit), count in groups.items():
        if limit is not None and unit is not None and count > limit:
            text = f"项目 {instance.proposals[p]} 锁定了同一单位（{unit}）的 {count} 位专家，超过上限 {limit} 位。"
            held = [e for x, e in instance.locked if x == p and instance.units[e] == unit]
            relaxation = f"将同单位上限提高到 {count}，或解除 {count - limit} 对锁定。"
            reasons.append(_reason(text, "max_per_unit", relaxation, proposals=[p], experts=held))
    return reasons


def explain(instance: Instance, table: Ints, *, limit: int = _WHOLE) -> list[Reason]:
    """Return the reasons of an instance without a feasible flow; ``limit`` bounds a pair, in thousandths."""
    network = build(instance, table)
    found = flows.shortages(network)
    if not found and limit < _WHOLE:
        return [_probability_reason(network, limit, instance)]
    reasons = []
    for shortage in found:
        told = _experts_reason if shortage.of_experts else _proposals_reason
        parts = list(independent_parts(network, shortage))
        apart, together = parts[:_PARTS_MAX], parts[_PARTS_MAX:]
        if together:
            apart.append(([p for part, _ in together for p in part], [e for _, part in together for e in part]))
        reasons += [told(instance, table, *part) for part in apart]
    return reasons


def _probability_reason(network: Network, limit: int, instance: Instance) -> Reason:
    """Find by bisection the smallest bound on probabilities that would do."""
    low, high = limit, _WHOLE
    while high - low > 1:
        middle = (low + high) // 2
        if flows.shortages(network, scale=_WHOLE, cap=middle):
            low = middle
        else:
            high = middle
    shortage = flows.shortages(network, scale=_WHOLE, cap=limit)[0]
    proposals, experts = shortage.proposals.tolist(), shortage.experts.tolist()
    text = (
        f"每对的概率上限 {limit / _WHOLE:g} 过低：{_names('项目', instance.proposals, proposals)}"
        "的候选专家不够分摊所需的评审。"
    )
    if shortage.of_experts:
        text = (
            f"每对的概率上限 {limit / _WHOLE:g} 过低：{_names('专家', instance.experts, experts)}的最低评审量无法满足。"
        )
    relaxation = f"将概率上限提高到 {high / _WHOLE:g}。"
    return _reason(text, "max_probability", relaxation, proposals=proposals, experts=experts)


def _only(instance: Instance, proposals: list[int]) -> Instance:
    """Keep reviews and lower bounds for ``proposals`` alone; locked pairs keep what they use."""
    held = Counter(p for p, _ in instance.locked)
    kept = set(proposals)
    reviews = [n if p in kept else held[p] for p, n in enumerate(instance.reviews)]
    return replace(instance, reviews=reviews, min_load=[0] * len(instance.experts))


def _lacking(instance: Instance, table: Ints, *, with_conflicts: bool = False) -> int:
    found = flows.shortages(build(instance, table, with_conflicts=with_conflicts))
    return found[0].missing if found else 0


def _proposals_reason(instance: Instance, table: Ints, proposals: list[int], experts: list[int]) -> Reason:
    """Tell why ``proposals`` cannot be staffed, and the first rule whose change alone mends it."""
    part = _only(instance, proposals)
    rows = table[np.isin(table[:, 0], proposals)]
    missing = _lacking(part, rows)
    needed = sum(instance.reviews[p] for p in proposals)
    who = _names("项目", instance.proposals, proposals)
    remedies = _remedies(part, rows, missing, experts)
    rule, relaxation = remedies[0]
    experts = _concerned(part, rows, rule, experts)
    others = "；".join(text for _, text in remedies[1:])
    text = f"{who}共需 {needed} 份评审，按现有规则最多只能安排 {needed - missing} 份，缺 {missing} 份"
    text += {
        "max_load": f"：{_names('专家', instance.experts, experts)}已到评审上限。",
        "max_per_unit": f"：每个项目同一单位的专家不得超过 {instance.max_per_unit} 位。",
        "conflicts": "：需要回避的专家太多。",
        "reviews": "：可分配的候选专家不足。",
    }[rule]
    relaxation = relaxation + (f"；或者：{others}" if others else "") + "。"
    return _reason(text, rule, relaxation, proposals=proposals, experts=experts)


def _concerned(part: Instance, rows: Ints, rule: str, full: list[int]) -> list[int]:
    """Return the experts a sentence about ``rule`` is about: the full ones, those in conflict, or the candidates."""
    if rule == "max_load":
        return full
    if rule == "conflicts":
        return sorted({e for p, e, _ in rows.tolist() if (p, e) in part.conflicts})
    free = {e for p, e, _ in rows.tolist() if (p, e) not in part.conflicts}
    if rule == "max_per_unit":
        crowd = Counter((p, part.units[e]) for p, e, _ in rows.tolist() if e in free)
        crowded = {unit for (_, unit), n in crowd.items() if unit is not None and n > (part.max_per_unit or 0)}
        return sorted(e for e in free if part.units[e] in crowded)
    return sorted(free)


def _remedies(part: Instance, rows: Ints, missing: int, experts: list[int]) -> list[tuple[str, str]]:
    """Return every single rule whose change mends ``part``, with the smallest change, in order of preference."""
    found = []
    free = replace(part, max_load=[None] * len(part.experts))
    if experts and not _lacking(free, rows):
        who = _names("专家", part.experts, experts)
        found.append(("max_load", f"将{who}的评审上限合计提高 {missing} 份"))
    if part.max_per_unit is not None and not _lacking(replace(part, max_per_unit=None), rows):
        most = len(part.experts)
        least = _smallest(part.max_per_unit, most, lambda n: not _lacking(replace(part, max_per_unit=n), rows))
        found.append(("max_per_unit", f"将每个项目同单位专家上限由 {part.max_per_unit} 提高到 {least}"))
    if part.conflicts and not _lacking(part, rows, with_conflicts=True):
        found.append(("conflicts", f"复核回避关系，至少有 {missing} 对回避不再成立才能排满"))
    found.append(("reviews", f"为这些项目增补至少 {missing} 人次候选专家，或将评审份数合计减少 {missing} 份"))
    return found


def _smallest(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """Return the smallest number above ``low`` that is enough; ``high`` is known to be."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _experts_reason(instance: Instance, table: Ints, proposals: list[int], experts: list[int]) -> Reason:
    """Tell why the lower bounds of ``experts`` cannot be filled."""
    kept = set(experts)
    part = replace(instance, min_load=[n if e in kept else 0 for e, n in enumerate(instance.min_load)])
    network = build(part, table)
    missing = sum(found.missing for found in flows.shortages(network) if found.of_experts)
    wanted = sum(instance.min_load[e] for e in experts)
    who = _names("专家", instance.experts, experts)
    text = f"{who}的最低评审量合计 {wanted} 份，按现有规则最多只能满足 {wanted - missing} 份，差 {missing} 份。"
    relaxation = f"将{who}的最低评审量合计降低 {missing} 份，或为其增加可评的项目。"
    proposals = proposals or np.unique(network.proposal[np.isin(network.expert, experts)]).tolist()
    return _reason(text, "min_load", relaxation, proposals=proposals, experts=experts)


def _names(noun: str, names: list[str], which: list[int]) -> str:
    shown = "、".join(names[i] for i in which[:_NAMED])
    return f"{noun} {shown}" + (f" 等 {len(which)} 个" if len(which) > _NAMED else " ")


def _reason(
    text: str, rule: str, relaxation: str, *, proposals: list[int] | None = None, experts: list[int] | None = None
) -> Reason:
    return {
        "text": text,
        "proposals": proposals or [],
        "experts": experts or [],
        "rule": rule,
        "relaxation": relaxation,
    }
