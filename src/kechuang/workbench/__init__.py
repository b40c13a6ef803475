"""Everybody's desk (工作台): what waits, which offices one holds, who is away, what was recorded.

A face: pages over what the rooms below know, without models of its own.
"""
