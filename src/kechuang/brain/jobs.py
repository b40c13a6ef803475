"""The search's work in the background; each job may run in several workers at once and be begun again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kechuang.brain.selectors import engine
from kechuang.brain.services import indexing, keeping, telling
from kechuang.brain.tantivy_index import Broken


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="brain.catch_up")
def catch_up(timestamp: int = 0) -> int:
    """Bring in step what nobody has searched for since it changed; return how many rows."""
    done = keeping.catch_up_all()
    if engine.is_chosen():
        try:
            indexing.catch_up_all()
        except Broken as reason:
            engine.tell(reason)
    return done


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="brain.new_day")
def new_day(timestamp: int = 0) -> int:
    """Write anew what a new day opens: notices whose first day has come; return how many rows."""
    indexing.forget()
    return sum(keeping.rebuild(kinds=("publicity",)).values())


@app.periodic(cron="30 7 * * *")
@app.task(queueing_lock="brain.tell_news")
def tell_news(timestamp: int = 0) -> int:
    """Tell people what newly answers the searches they saved; return how many were told."""
    return telling.news_tell()
