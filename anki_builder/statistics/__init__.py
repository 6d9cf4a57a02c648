"""The size and the quality of a collection in numbers: words and terms, cards, alignment, problems; as text and as a page with charts."""
