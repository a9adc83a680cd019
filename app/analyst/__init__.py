"""The analyst's screen: any past stretch, drawn by the wall's own tiles."""
