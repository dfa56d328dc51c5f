"""What customers did, as tables: the ground on which features, segments and predictions stand."""
