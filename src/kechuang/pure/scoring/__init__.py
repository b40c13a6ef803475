"""From score sheets to a funded set (评分、校准、排序、择优), every step open to question and answered.

``aggregation`` makes one figure of several experts' scores, ``calibration`` sets strict and mild
experts level, ``ranking`` orders with ties and tells who moved by which rule, ``selection`` finds the
best set under budget and limits. Scores are ``Decimal`` points, money is whole fen.
"""
