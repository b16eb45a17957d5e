"""What rooms above show on a physician's page: procedures they perform, pages credited to them."""

from clinic.pages.page_links import LinkedLists

profile_links = LinkedLists()
