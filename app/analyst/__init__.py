"""The analyst's requests: any past stretch, drawn by the wall's own tiles, and what is asked of it.

Nothing here touches the wall: own threads, own cache, own bounds (docs/design.md §12).
"""
