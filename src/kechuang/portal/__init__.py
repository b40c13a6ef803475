"""The public portal: what anybody may read, follow, embed and take away.

Everything here is answered as the public sees it. Figures lead to the list they were counted
from; data sets are released as files with a version, a schema and a checksum.
"""
