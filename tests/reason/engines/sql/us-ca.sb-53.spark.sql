WITH laid AS (
SELECT
  coalesce(NOT `available_there`, FALSE) AS `available_there:no`,
  coalesce(`available_there`, FALSE) AS `available_there:yes`,
  CASE WHEN `base_compute` >= 0 AND `base_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`base_compute` AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS `base_compute:high`,
  CASE WHEN `base_compute` >= 0 AND `base_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`base_compute` AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS `base_compute:low`,
  coalesce(NOT `has_base_model`, FALSE) AS `has_base_model:no`,
  coalesce(`has_base_model`, FALSE) AS `has_base_model:yes`,
  CASE WHEN `own_compute` >= 0 AND `own_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`own_compute` AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS `own_compute:high`,
  CASE WHEN `own_compute` >= 0 AND `own_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`own_compute` AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS `own_compute:low`,
  CASE WHEN `planned_compute` >= 0 AND `planned_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`planned_compute` AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS `planned_compute:high`,
  CASE WHEN `planned_compute` >= 0 AND `planned_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`planned_compute` AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS `planned_compute:low`,
  coalesce(NOT `public_service`, FALSE) AS `public_service:no`,
  coalesce(`public_service`, FALSE) AS `public_service:yes`,
  CASE WHEN `revenue` >= 0 AND `revenue` < CAST('Infinity' AS DOUBLE) THEN CAST(`revenue` AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS `revenue:high`,
  CASE WHEN `revenue` >= 0 AND `revenue` < CAST('Infinity' AS DOUBLE) THEN CAST(`revenue` AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS `revenue:low`,
  CASE WHEN `training_compute` >= 0 AND `training_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`training_compute` AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS `training_compute:high`,
  CASE WHEN `training_compute` >= 0 AND `training_compute` < CAST('Infinity' AS DOUBLE) THEN CAST(`training_compute` AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS `training_compute:low`,
  coalesce(NOT `weights_public`, FALSE) AS `weights_public:no`,
  coalesce(`weights_public`, FALSE) AS `weights_public:yes`
FROM `facts`
), stage_1 AS (
SELECT
  *,
  (`own_compute:low` > CAST('-Infinity' AS DOUBLE) AND `planned_compute:low` > CAST('-Infinity' AS DOUBLE) AND `own_compute:low` + `planned_compute:low` > 1e+26D) AS n6,
  (`training_compute:high` <= 1e+26D) AS n3,
  (`own_compute:high` <= 1e+26D) AS n5,
  (`own_compute:high` < CAST('Infinity' AS DOUBLE) AND `planned_compute:high` < CAST('Infinity' AS DOUBLE) AND `own_compute:high` + `planned_compute:high` <= 1e+26D) AS n7,
  (`revenue:high` <= 500000000.0D) AS n75,
  ((`weights_public:yes`) OR (`available_there:yes`) OR (`public_service:yes`)) AS n123,
  ((`weights_public:no`) AND (`available_there:no`) AND (`public_service:no`)) AS n124
FROM laid
), stage_2 AS (
SELECT
  *,
  ((`training_compute:low` > 1e+26D) AND ((`own_compute:low` > 1e+26D) OR n6)) AS n10,
  (n3 OR (n5 AND n7)) AS n11,
  (NOT n6) AS n12,
  (n3 OR ((`base_compute:low` > 1e+26D) OR (`base_compute:high` < CAST('Infinity' AS DOUBLE) AND `own_compute:high` < CAST('Infinity' AS DOUBLE) AND `base_compute:high` + `own_compute:high` <= 1e+26D))) AS n51
FROM stage_1
), stage_3 AS (
SELECT
  *,
  (n10 OR (n10 AND (NOT n11))) AS n31,
  (n3 OR (n5 AND (n7 OR (n12 AND (n12 AND (n5 AND (`has_base_model:yes`))))))) AS n25,
  (NOT n10) AS n28,
  (n11 AND n51) AS n53,
  (n10 AND (`revenue:low` > 500000000.0D)) AS n76,
  (n11 OR n75) AS n77,
  (n10 AND n123) AS n126,
  (n11 OR n124) AS n125
FROM stage_2
), stage_4 AS (
SELECT
  *,
  (n11 OR (n25 AND n28)) AS n33,
  (n10 OR (n10 AND (NOT n53))) AS n63,
  (n25 AND n51) AS n57,
  (n76 OR (n76 AND (NOT n77))) AS n84,
  (n25 OR n75) AS n78,
  (NOT n76) AS n81,
  (n53 OR n75) AS n90,
  (n53 OR n124) AS n136,
  (n76 AND n123) AS n153,
  (n77 OR n124) AS n152
FROM stage_3
), stage_5 AS (
SELECT
  *,
  (n53 OR (n28 AND n57)) AS n65,
  (n77 OR (n78 AND n81)) AS n86,
  (n76 OR (n76 AND (NOT n90))) AS n100,
  (n57 OR n75) AS n94,
  (n90 OR n124) AS n163
FROM stage_4
), stage_6 AS (
SELECT
  *,
  (n90 OR (n81 AND n94)) AS n102
FROM stage_5
)
SELECT
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.10-local developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.10-local modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/22757.12.a developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/22757.12.a modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/22757.12.b-change developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/22757.12.b-change modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/22757.12.b-review developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/22757.12.b-review modifier`,
  CASE WHEN (n126 AND (NOT n125)) THEN TRUE WHEN (n125 OR (n25 OR n124)) THEN FALSE END AS `us-ca/sb-53/22757.12.c.1 developer`,
  CASE WHEN (n126 AND (NOT n136)) THEN TRUE WHEN (n136 OR (n57 OR n124)) THEN FALSE END AS `us-ca/sb-53/22757.12.c.1 modifier`,
  CASE WHEN (n153 AND (NOT n152)) THEN TRUE WHEN (n152 OR (n78 OR n124)) THEN FALSE END AS `us-ca/sb-53/22757.12.c.2 developer`,
  CASE WHEN (n153 AND (NOT n163)) THEN TRUE WHEN (n163 OR (n94 OR n124)) THEN FALSE END AS `us-ca/sb-53/22757.12.c.2 modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/22757.12.d developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/22757.12.d modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.12.e.1 developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.12.e.1 modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/22757.12.e.2 developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/22757.12.e.2 modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.12.f developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.12.f modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.13-federal developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.13-federal modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.13-imminent developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.13-imminent modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.13-report developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.13-report modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/22757.14-review developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/22757.14-review modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/auditors developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/auditors modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/guide developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/guide modifier`,
  CASE WHEN n84 THEN TRUE WHEN n86 THEN FALSE END AS `us-ca/sb-53/labor-1107.1-channel developer`,
  CASE WHEN n100 THEN TRUE WHEN n102 THEN FALSE END AS `us-ca/sb-53/labor-1107.1-channel modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/labor-1107.1-protection developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/labor-1107.1-protection modifier`,
  CASE WHEN n31 THEN TRUE WHEN n33 THEN FALSE END AS `us-ca/sb-53/verifiers developer`,
  CASE WHEN n63 THEN TRUE WHEN n65 THEN FALSE END AS `us-ca/sb-53/verifiers modifier`
FROM stage_6
