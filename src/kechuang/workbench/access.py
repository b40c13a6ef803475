"""Who reads the audit trail."""

from kechuang.kernel.audit_access import TRAIL

__all__ = ["TRAIL"]
