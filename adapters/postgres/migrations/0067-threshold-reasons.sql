-- Why a provider asks for stricter thresholds, told beside each version. Versions from before have none.
alter table provider_threshold add column reason text not null default '';

-- One question is paid for once: asked again while its answer is on the way, or after a run that failed, it costs nothing more.
alter table privacy_spending add column question_digest text;
create unique index privacy_spending_by_question on privacy_spending (agreement, scenario, question_digest);
