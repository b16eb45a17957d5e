// Marks, in the list of contents, the section that is being read.
const links = new Map(
    [...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]),
);
const inView = new Set();
const observer = new IntersectionObserver(
    (entries) => {
        for (const { target, isIntersecting } of entries) {
            if (isIntersecting) inView.add(target.id);
            else inView.delete(target.id);
        }
        const current = [...links.keys()].find((id) => inView.has(id));
        if (!current) return;
        for (const [id, link] of links) {
            if (id === current) link.setAttribute("aria-current", "location");
            else link.removeAttribute("aria-current");
        }
    },
    { rootMargin: "0px 0px -60% 0px" },
);
for (const id of links.keys()) {
    const heading = document.getElementById(id);
    if (heading) observer.observe(heading);
}
