"""Admin screens of images: the library, the uses of an image, and remote images."""
