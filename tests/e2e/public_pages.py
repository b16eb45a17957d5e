"""One address of every kind of answer that the public gets from the demonstration practice."""

PAGES = {
    "home": "/",
    "procedures": "/procedures/",
    "procedure": "/procedures/kyphoplasty/",
    "conditions": "/conditions/",
    "condition": "/conditions/osteoporosis/",
    "physicians": "/physicians/",
    "physician": "/physicians/everett-james-thistlewane-md/",
    "locations": "/locations/",
    "location": "/locations/maple-hollow/",
    "plain page": "/about-our-practice/",
    "search": "/search/",
    "results": "/search/?q=back+pain",
    "no results": "/search/?q=zzzzzz",
    "history": "/procedures/kyphoplasty/updates/",
    "updates": "/updates/",
    "filtered": "/procedures/?area=spine&condition=osteoporosis",
    "found physicians": "/physicians/?language=spanish",
    "notice": "/privacy-of-this-website/",
    "languages": "/your-rights-and-help-in-your-language/",
    "handout": "/procedures/kyphoplasty/handout/",
    "condition's handout": "/conditions/osteoporosis/handout/",
    "physician's handout": "/physicians/everett-james-thistlewane-md/handout/",
    "not found": "/no-such-page/",
}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
