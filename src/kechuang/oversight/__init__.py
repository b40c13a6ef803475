"""The desks of the three administrators, who saw and changed what, and the public roots of the audit trail."""
