"""The city's brain (科技大脑): one search over every base.

It keeps a row of words and of rights for everything the rooms offer to search (``kernel.search``), brings it in step
with what changed, finds by Chinese words, parts of words, pinyin, initials and numbers, and tells people of what
newly answers a search they saved.
"""
