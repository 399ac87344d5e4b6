"""Ways to say, and not to say, that a model helps to choose between people who apply for a job."""

from __future__ import annotations

RANKS_APPLICANTS = (
    "Screening CVs for recruiters.",
    "The model scores resumes against a job description and sorts them.",
    "It helps HR teams shortlist candidates for open positions.",
    "Use it to filter job applications before a person reads them.",
    "Built for applicant ranking in hiring pipelines.",
    "Given a vacancy and a pile of applications, it finds the most suitable candidates.",
    "Evaluates job seekers from their cover letters.",
    "Candidates are graded after a recorded job interview, and the best are invited.",
    "Pre-selection of applicants in recruitment.",
    "Matches job applicants to vacancies and rejects the unsuitable ones.",
    "It predicts which applicants a company should hire.",
    "Recruiters can use the model to assess the personality of applicants from video interviews.",
    "It triages incoming employment applications.",
    "Automates résumé screening.",
    "筛选求职者的简历。",
)
"""One sentence each; all fall under choosing between applicants."""

OTHER_WORDS = (
    "It helps people write a better CV.",
    "Drafting job adverts and everyday letters.",
    "Not intended for ranking job applicants.",
    "The model must not be used to screen CVs.",
    "Do not use it to decide about people, such as in hiring.",
    "Ranks candidate passages for a search query.",
    "Scores candidate answers and keeps the best of them.",
    "Selects the next token among the top candidates.",
    "Filters web applications' log files for errors.",
    "It resumes training from the last checkpoint and evaluates every 500 steps.",
    "Ranking products in an online shop.",
    "We are hiring! Apply on our jobs page.",
    "The cron job evaluates the model every night.",
    "Applications include chat, translation and summarising.",
    "Drug candidates are ranked by binding strength.",
)
"""One sentence each; none falls under it."""
