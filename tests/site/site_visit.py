"""One visit to a page of the site, with ears open."""

WHOLE = """() => {
  const { formulas, figures } = document.documentElement.dataset;
  const asked = (css) => document.querySelector(css);
  return (formulas || !asked(".math")) && (figures
    || !asked("script[type='application/vnd.jupyter.widget-view+json']"));
}"""


class Visit:
    """An open page, with what it said and whom it asked."""

    def __init__(
        self,
        browser,
        width=1100,
        theme="auto",
        motion="reduce",
        contrast="none",
    ):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion=motion,
            forced_colors=contrast,
        )
        # a test has no reader whom work in the background could disturb
        self.context.add_init_script(
            "window.requestIdleCallback = (job) => setTimeout(job)"
        )
        if theme != "auto":
            self.context.add_init_script(
                f"try {{ localStorage.setItem('theme', '{theme}');"
                f"localStorage.setItem('mode', '{theme}'); }} catch {{}}"
            )
        self.page = self.context.new_page()
        self.said, self.foreign, self.bytes = [], [], 0
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.route("**/*", self.pass_on)

    def hear(self, message):
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def pass_on(self, route):
        url = route.request.url
        own = ("http://127.0.0.1", "file:", "data:", "blob:")
        if url.startswith(own):
            route.continue_()
        else:
            self.foreign.append(url)
            route.abort()

    def open(self, url, whole=True):
        """Open a page; the whole of it: every formula set, figure drawn."""
        self.page.goto(url, wait_until="load")
        if whole:
            self.page.wait_for_function(WHOLE)
        return self.page
