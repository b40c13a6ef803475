"""Invented people: at least one account for each role, with the office it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; ``bound`` is the code of a department or county, or an organisation's stem.

    ``shown`` marks the account that is printed for the role.
    """

    username: str
    full_name: str
    role: str
    bound: str = ""
    shown: bool = False


PEOPLE: tuple[Person, ...] = (
    Person("shenbao", "示例王申报", "applicant", "云岭精工", shown=True),
    Person("yituo", "示例周依托", "host_admin", "云岭精工", shown=True),
    Person("xianqu", "示例李县区", "county_officer", "xixiu", shown=True),
    Person("jingban", "示例张经办", "department_officer", "kjj", shown=True),
    Person("fuze", "示例陈负责", "department_head", "kjj", shown=True),
    Person("mishu", "示例吴秘书", "review_secretary", "kjj", shown=True),
    Person("zhuanjia", "示例赵专家", "expert", shown=True),
    Person("lianxi", "示例孙联席", "conference_office", shown=True),
    Person("lingdao", "示例郑领导", "leader", shown=True),
    Person("dengji", "示例冯登记", "registrar", "kjj", shown=True),
    Person("shenji", "示例褚审计", "auditor", shown=True),
    Person("anquan", "示例卫安全", "security_admin", shown=True),
    Person("xitong", "示例蒋系统", "system_admin", shown=True),
    Person("fagai", "示例沈发改", "department_officer", "fgw"),
    Person("fagaizhang", "示例韩发改", "department_head", "fgw"),
    Person("gongxin", "示例杨工信", "department_officer", "gxj"),
    Person("gongxinzhang", "示例朱工信", "department_head", "gxj"),
    Person("renshe", "示例秦人社", "department_officer", "rsj"),
    Person("renshezhang", "示例尤人社", "department_head", "rsj"),
    Person("pingba", "示例许平坝", "county_officer", "pingba"),
    Person("puding", "示例何普定", "county_officer", "puding"),
    Person("zhenning", "示例吕镇宁", "county_officer", "zhenning"),
    Person("guanling", "示例施关岭", "county_officer", "guanling"),
    Person("ziyun", "示例孔紫云", "county_officer", "ziyun"),
    Person("jingkai", "示例曹经开", "county_officer", "development_zone"),
    Person("huangguoshu", "示例严黄果树", "county_officer", "huangguoshu"),
)
