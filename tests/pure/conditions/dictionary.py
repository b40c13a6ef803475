"""The metrics the tests of conditions speak of."""

from kechuang.pure.conditions.metrics import metrics_read

METRICS = metrics_read("""
metrics:
  - {code: rd_expense, kind: number, period: year, unit: 万元, label: 研发费用}
  - {code: revenue, kind: number, period: year, unit: 万元, label: 营业收入}
  - {code: staff, kind: number, period: none, unit: 人, label: 职工总数}
  - {code: ratio, kind: number, period: year, step: 0.01, label: 占比}
  - {code: kind, kind: text, period: none, label: 单位性质}
  - {code: grade, kind: text, period: year, label: 评价等级}
  - {code: dishonest, kind: boolean, period: none, label: 严重失信}
  - {code: audited, kind: boolean, period: year, label: 已审计}
  - {code: founded_on, kind: date, period: none, label: 成立日期}
  - {code: levels, kind: set, period: none, label: 平台级别}
""")
