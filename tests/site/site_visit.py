"""One visit to a page of the site, with ears open."""


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

    def open(self, url):
        self.page.goto(url, wait_until="networkidle")
        if self.page.locator(".math").count():
            self.page.wait_for_selector("html[data-formulas]")
        return self.page
