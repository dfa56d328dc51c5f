"""An adapter as weights that other programs load: merged safetensors, or GGUF."""
