"""The copywriter's steps: material, asks, lines, judging, repair, assembling. Each file is one of them."""
