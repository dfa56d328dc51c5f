"""Knowing a customer: what they say (`reading`), did (`behaviour`) and are (`customers`, `segmenting`); what they will do
(`predicting`, `lifetime`, `recommending`, `demand`), what moves them (`uplift`, `reach`), and what the market says."""
