"""Drawing experts at random (随机抽取) so that anyone can re-run it.

``stream`` makes the numbers, ``panel`` draws, ``protocol`` reads a protocol and re-runs it.
"""
