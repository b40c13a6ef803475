"""What is known of a subject, typed once (事实): the metric dictionary, facts with period, source, evidence and
verification, the evidence vault, and the rules asked of them."""
