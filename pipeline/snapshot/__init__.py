"""The wall as a picture, with the frame it was drawn from: a headless Chromium looks at it."""
