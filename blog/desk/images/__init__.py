"""The pages of images: the library, where each is used, and pictures of other sites."""
