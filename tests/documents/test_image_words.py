"""Which words readers get where an image is used: the use's own, else those of the image."""

from blog.documents.image_words import Credit, ImageWords, words_of_use

IMAGE = ImageWords("A pier", Credit("Tove"))


class TestWordsOfUse:
    def test_are_those_of_the_image_where_the_use_has_none(self):
        assert words_of_use(ImageWords(alt=" \n"), IMAGE) == IMAGE

    def test_each_is_replaced_by_itself(self):
        assert words_of_use(ImageWords("A quay"), IMAGE) == ImageWords("A quay", Credit("Tove"))
        assert words_of_use(ImageWords(credit=Credit("Bo")), IMAGE) == ImageWords("A pier", Credit("Bo"))

    def test_a_decorative_image_has_no_description_and_keeps_its_credit(self):
        told = words_of_use(ImageWords("A quay", is_decorative=True), IMAGE)

        assert told == ImageWords("", Credit("Tove"), is_decorative=True)
