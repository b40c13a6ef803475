"""What a web worker process loads: the application with all its pages, out of reach of the terminal's Ctrl-C.

The terminal signals every process of its group, and the server's main process then ends its workers itself; a
worker that is told twice hangs until it is killed. In a group of its own it is told once; and should the main
process be killed, the kernel tells it.
"""

import os

from django.urls import reverse

from kechuang.site.parents import end_with_parent
from kechuang.site.wsgi import application

__all__ = ["application"]

os.setpgid(0, 0)
reverse("health")  # Django reads its pages at the first request, and everybody who came would wait for it
end_with_parent()
