"""One intake for every service item (政务服务事项): items, calls, applications from notice to decision, publicity,
objections, decisions and their effects. A new kind of application is a file of the catalogue."""
