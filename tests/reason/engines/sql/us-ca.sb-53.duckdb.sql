WITH laid AS (
SELECT
  coalesce(NOT "available_there", FALSE) AS "available_there:no",
  coalesce("available_there", FALSE) AS "available_there:yes",
  CASE WHEN "base_compute" >= 0 AND "base_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("base_compute" AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS "base_compute:high",
  CASE WHEN "base_compute" >= 0 AND "base_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("base_compute" AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS "base_compute:low",
  coalesce(NOT "has_base_model", FALSE) AS "has_base_model:no",
  coalesce("has_base_model", FALSE) AS "has_base_model:yes",
  CASE WHEN "own_compute" >= 0 AND "own_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("own_compute" AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS "own_compute:high",
  CASE WHEN "own_compute" >= 0 AND "own_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("own_compute" AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS "own_compute:low",
  CASE WHEN "planned_compute" >= 0 AND "planned_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("planned_compute" AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS "planned_compute:high",
  CASE WHEN "planned_compute" >= 0 AND "planned_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("planned_compute" AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS "planned_compute:low",
  coalesce(NOT "public_service", FALSE) AS "public_service:no",
  coalesce("public_service", FALSE) AS "public_service:yes",
  CASE WHEN "revenue" >= 0 AND "revenue" < CAST('Infinity' AS DOUBLE) THEN CAST("revenue" AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS "revenue:high",
  CASE WHEN "revenue" >= 0 AND "revenue" < CAST('Infinity' AS DOUBLE) THEN CAST("revenue" AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS "revenue:low",
  CASE WHEN "training_compute" >= 0 AND "training_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("training_compute" AS DOUBLE) ELSE CAST('Infinity' AS DOUBLE) END AS "training_compute:high",
  CASE WHEN "training_compute" >= 0 AND "training_compute" < CAST('Infinity' AS DOUBLE) THEN CAST("training_compute" AS DOUBLE) ELSE CAST('-Infinity' AS DOUBLE) END AS "training_compute:low",
  coalesce(NOT "weights_public", FALSE) AS "weights_public:no",
  coalesce("weights_public", FALSE) AS "weights_public:yes"
FROM "facts"
), stage_1 AS (
SELECT
  *,
  ("own_compute:low" > CAST('-Infinity' AS DOUBLE) AND "planned_compute:low" > CAST('-Infinity' AS DOUBLE) AND "own_compute:low" + "planned_compute:low" > 1e+26) AS n6,
  ("training_compute:high" <= 1e+26) AS n3,
  ("own_compute:high" <= 1e+26) AS n5,
  ("own_compute:high" < CAST('Infinity' AS DOUBLE) AND "planned_compute:high" < CAST('Infinity' AS DOUBLE) AND "own_compute:high" + "planned_compute:high" <= 1e+26) AS n7,
  ("revenue:high" <= 500000000.0e0) AS n69,
  (("weights_public:yes") OR ("available_there:yes") OR ("public_service:yes")) AS n111,
  (("weights_public:no") AND ("available_there:no") AND ("public_service:no")) AS n112
FROM laid
), stage_2 AS (
SELECT
  *,
  (("training_compute:low" > 1e+26) AND (("own_compute:low" > 1e+26) OR n6)) AS n10,
  (n3 OR (n5 AND n7)) AS n11,
  (NOT n6) AS n12,
  (n3 OR (("base_compute:low" > 1e+26) OR ("base_compute:high" < CAST('Infinity' AS DOUBLE) AND "own_compute:high" < CAST('Infinity' AS DOUBLE) AND "base_compute:high" + "own_compute:high" <= 1e+26))) AS n48
FROM stage_1
), stage_3 AS (
SELECT
  *,
  (n3 OR (n5 AND (n7 OR (n12 AND (n12 AND (n5 AND ("has_base_model:yes"))))))) AS n25,
  (NOT n10) AS n28,
  (n11 AND n48) AS n50,
  (n10 AND ("revenue:low" > 500000000.0e0)) AS n70,
  (n11 OR n69) AS n71,
  (n10 AND n111) AS n114,
  (n11 OR n112) AS n113
FROM stage_2
), stage_4 AS (
SELECT
  *,
  (n11 OR (n25 AND n28)) AS n30,
  (n25 AND n48) AS n54,
  (n25 OR n69) AS n72,
  (NOT n70) AS n75,
  (n50 OR n69) AS n81,
  (n50 OR n112) AS n124,
  (n70 AND n111) AS n141,
  (n71 OR n112) AS n140
FROM stage_3
), stage_5 AS (
SELECT
  *,
  (n50 OR (n28 AND n54)) AS n59,
  (n71 OR (n72 AND n75)) AS n77,
  (n54 OR n69) AS n85,
  (n81 OR n112) AS n151
FROM stage_4
), stage_6 AS (
SELECT
  *,
  (n81 OR (n75 AND n85)) AS n90
FROM stage_5
)
SELECT
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.10-local developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.10-local modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/22757.12.a developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/22757.12.a modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/22757.12.b-change developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/22757.12.b-change modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/22757.12.b-review developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/22757.12.b-review modifier",
  CASE WHEN (n114 AND (NOT n113)) THEN TRUE WHEN (n113 OR (n25 OR n112)) THEN FALSE END AS "us-ca/sb-53/22757.12.c.1 developer",
  CASE WHEN (n114 AND (NOT n124)) THEN TRUE WHEN (n124 OR (n54 OR n112)) THEN FALSE END AS "us-ca/sb-53/22757.12.c.1 modifier",
  CASE WHEN (n141 AND (NOT n140)) THEN TRUE WHEN (n140 OR (n72 OR n112)) THEN FALSE END AS "us-ca/sb-53/22757.12.c.2 developer",
  CASE WHEN (n141 AND (NOT n151)) THEN TRUE WHEN (n151 OR (n85 OR n112)) THEN FALSE END AS "us-ca/sb-53/22757.12.c.2 modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/22757.12.d developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/22757.12.d modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.12.e.1 developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.12.e.1 modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/22757.12.e.2 developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/22757.12.e.2 modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.12.f developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.12.f modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.13-federal developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.13-federal modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.13-imminent developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.13-imminent modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.13-report developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.13-report modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/22757.14-review developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/22757.14-review modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/auditors developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/auditors modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/guide developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/guide modifier",
  CASE WHEN n70 THEN TRUE WHEN n77 THEN FALSE END AS "us-ca/sb-53/labor-1107.1-channel developer",
  CASE WHEN n70 THEN TRUE WHEN n90 THEN FALSE END AS "us-ca/sb-53/labor-1107.1-channel modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/labor-1107.1-protection developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/labor-1107.1-protection modifier",
  CASE WHEN n10 THEN TRUE WHEN n30 THEN FALSE END AS "us-ca/sb-53/verifiers developer",
  CASE WHEN n10 THEN TRUE WHEN n59 THEN FALSE END AS "us-ca/sb-53/verifiers modifier"
FROM stage_6
