"""Taking away what the rooms hold of the sample city, before its people and organisations go."""

from __future__ import annotations

from kechuang.calls import sample as calls_sample
from kechuang.facts import sample as facts_sample
from kechuang.platforms import sample as platforms_sample
from kechuang.review import sample as review_sample


def rooms_forget() -> dict[str, int]:
    """Remove matters and facts of the sample city; return how many of each."""
    return {
        "评审专家": review_sample.remove(),
        "申报": calls_sample.sample_forget(),
        "平台运行": platforms_sample.sample_forget(),
        "事实": facts_sample.sample_forget(),
    }
