// Settles the theme before the first paint for those who chose "as the system does".
document.documentElement.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
