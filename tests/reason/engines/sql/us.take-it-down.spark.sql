WITH laid AS (
SELECT
  coalesce(NOT `often_shows_intimate`, FALSE) AS `often_shows_intimate:no`,
  coalesce(`often_shows_intimate`, FALSE) AS `often_shows_intimate:yes`,
  coalesce(NOT `outputs_image`, FALSE) AS `outputs_image:no`,
  coalesce(`outputs_image`, FALSE) AS `outputs_image:yes`,
  coalesce(NOT `outputs_video`, FALSE) AS `outputs_video:no`,
  coalesce(`outputs_video`, FALSE) AS `outputs_video:yes`,
  coalesce(NOT `public_service`, FALSE) AS `public_service:no`,
  coalesce(`public_service`, FALSE) AS `public_service:yes`,
  coalesce(NOT `publishes_for_others`, FALSE) AS `publishes_for_others:no`,
  coalesce(`publishes_for_others`, FALSE) AS `publishes_for_others:yes`,
  CAST(CASE `sexual_images` WHEN 'none' THEN 1 WHEN 'real_people' THEN 2 WHEN 'children' THEN 3 WHEN 'both' THEN 4 ELSE 0 END AS SMALLINT) AS `sexual_images:word`,
  CAST(CASE `site_holds` WHEN 'posts' THEN 1 WHEN 'models' THEN 2 WHEN 'own_choice' THEN 3 WHEN 'carrier' THEN 4 ELSE 0 END AS SMALLINT) AS `site_holds:word`
FROM `facts`
), stage_1 AS (
SELECT
  *,
  (((`outputs_image:no`) AND (`outputs_video:no`)) OR (`sexual_images:word` IN (1, 3))) AS n17,
  (`site_holds:word` = 1) AS n18,
  (`site_holds:word` IN (1, 2)) AS n33,
  (`site_holds:word` IN (2, 3, 4)) AS n19,
  (`site_holds:word` IN (3, 4)) AS n32
FROM laid
), stage_2 AS (
SELECT
  *,
  ((n18 AND (`publishes_for_others:yes`)) OR ((`often_shows_intimate:yes`) AND n33)) AS n43,
  (((`publishes_for_others:no`) OR (`site_holds:word` IN (1, 3, 4))) AND ((n19 OR (`publishes_for_others:no`)) AND ((`often_shows_intimate:no`) OR n32))) AS n53,
  ((n18 AND (`publishes_for_others:yes`) AND (`public_service:yes`)) OR (n33 AND ((`often_shows_intimate:yes`) AND (`public_service:yes`)))) AS n70,
  ((n19 OR (`publishes_for_others:no`) OR (`public_service:no`)) AND (n32 OR ((`often_shows_intimate:no`) OR (`public_service:no`)))) AS n71
FROM stage_1
)
SELECT
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h developer`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h contributor`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h dataset_publisher`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h modifier`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h integrator`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h host`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h steward`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h importer`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h distributor`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h representative`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h deployer`,
  CASE WHEN FALSE THEN TRUE WHEN n17 THEN FALSE END AS `us/take-it-down/223.h researcher`,
  CASE WHEN n43 THEN TRUE WHEN n53 THEN FALSE END AS `us/take-it-down/223a host`,
  CASE WHEN n70 THEN TRUE WHEN n71 THEN FALSE END AS `us/take-it-down/223a deployer`,
  CASE WHEN n43 THEN TRUE WHEN n53 THEN FALSE END AS `us/take-it-down/223a.good-faith host`,
  CASE WHEN n70 THEN TRUE WHEN n71 THEN FALSE END AS `us/take-it-down/223a.good-faith deployer`,
  CASE WHEN n43 THEN TRUE WHEN n53 THEN FALSE END AS `us/take-it-down/223a.removal host`,
  CASE WHEN n70 THEN TRUE WHEN n71 THEN FALSE END AS `us/take-it-down/223a.removal deployer`
FROM stage_2
