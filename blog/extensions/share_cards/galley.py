from blog import extend
from blog.extensions.share_cards import cards, checks, pages  # noqa: F401 -- the checks register themselves

extend.share_images.add(extend.ShareImages(pages.article_image, pages.category_image, pages.site_image))
extend.slots.add(extend.Slot("edit_share_image", "share_cards/edit_side.html"))
extend.slots.add(extend.Slot("proof_share_image", "share_cards/proof_side.html"))
extend.expired.add(("share cards", cards.count_unused))
