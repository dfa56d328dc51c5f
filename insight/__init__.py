"""Knowing a customer: what they say (`reading`), did (`behaviour`), are (`customers`, `segmenting`) and will do
(`predicting`, `lifetime`, `recommending`, `demand`), what moves them (`uplift`, `reach`), and what the market says."""
