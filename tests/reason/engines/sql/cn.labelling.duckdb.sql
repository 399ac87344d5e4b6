WITH laid AS (
SELECT
  coalesce(NOT "available_there", FALSE) AS "available_there:no",
  coalesce("available_there", FALSE) AS "available_there:yes",
  CAST(CASE "based_in" WHEN 'eu' THEN 1 WHEN 'us' THEN 2 WHEN 'china' THEN 3 WHEN 'elsewhere' THEN 4 ELSE 0 END AS SMALLINT) AS "based_in:word",
  CAST(CASE "does_to_marks" WHEN 'nothing' THEN 1 WHEN 'lost_in_processing' THEN 2 WHEN 'removes' THEN 3 ELSE 0 END AS SMALLINT) AS "does_to_marks:word",
  CAST(CASE "output_is" WHEN 'content' THEN 1 WHEN 'polished' THEN 2 WHEN 'unaltered' THEN 3 WHEN 'code' THEN 4 WHEN 'short' THEN 5 WHEN 'machines' THEN 6 WHEN 'steps' THEN 7 WHEN 'actions' THEN 8 WHEN 'picked' THEN 9 WHEN 'rendered' THEN 10 WHEN 'sensed' THEN 11 ELSE 0 END AS SMALLINT) AS "output_is:word",
  coalesce(NOT "outputs_audio", FALSE) AS "outputs_audio:no",
  coalesce("outputs_audio", FALSE) AS "outputs_audio:yes",
  coalesce(NOT "outputs_image", FALSE) AS "outputs_image:no",
  coalesce("outputs_image", FALSE) AS "outputs_image:yes",
  coalesce(NOT "outputs_text", FALSE) AS "outputs_text:no",
  coalesce("outputs_text", FALSE) AS "outputs_text:yes",
  coalesce(NOT "outputs_video", FALSE) AS "outputs_video:no",
  coalesce("outputs_video", FALSE) AS "outputs_video:yes",
  coalesce(NOT "posts_generated", FALSE) AS "posts_generated:no",
  coalesce("posts_generated", FALSE) AS "posts_generated:yes",
  coalesce(NOT "public_service", FALSE) AS "public_service:no",
  coalesce("public_service", FALSE) AS "public_service:yes",
  coalesce(NOT "runs_app_store", FALSE) AS "runs_app_store:no",
  coalesce("runs_app_store", FALSE) AS "runs_app_store:yes",
  coalesce(NOT "spreads_content", FALSE) AS "spreads_content:no",
  coalesce("spreads_content", FALSE) AS "spreads_content:yes",
  coalesce(NOT "unmarked_on_request", FALSE) AS "unmarked_on_request:no",
  coalesce("unmarked_on_request", FALSE) AS "unmarked_on_request:yes"
FROM "facts"
), stage_1 AS (
SELECT
  *,
  ("does_to_marks:word" IN (2, 3)) AS n21,
  (("based_in:word" IN (1, 2, 4)) AND ("public_service:no") AND ("available_there:no")) AS n20,
  ("does_to_marks:word" = 1) AS n22,
  ("does_to_marks:word" = 2) AS n25,
  (("outputs_text:yes") OR ("outputs_image:yes") OR ("outputs_audio:yes") OR ("outputs_video:yes")) AS n77,
  (("outputs_text:no") AND ("outputs_image:no") AND ("outputs_audio:no") AND ("outputs_video:no")) AS n78,
  ("output_is:word" IN (1, 4, 5, 10)) AS n89,
  ("output_is:word" IN (2, 3, 6, 7, 8, 9, 11)) AS n90
FROM laid
), stage_2 AS (
SELECT
  *,
  ((("based_in:word" = 3) OR ("public_service:yes") OR ("available_there:yes")) AND (n21 AND ("does_to_marks:word" IN (1, 3)))) AS n31,
  (("public_service:yes") AND n77) AS n79,
  (("public_service:no") OR n78) AS n80
FROM stage_1
), stage_3 AS (
SELECT
  *,
  ((n20 OR (n22 OR n25)) OR ((n20 OR (n25 OR (n22 OR (NOT n21)))) AND (NOT n31))) AS n52,
  (n79 AND ((n77 AND n89) AND ("unmarked_on_request:no"))) AS n101,
  (n80 OR ((n78 OR n90) OR ("unmarked_on_request:yes"))) AS n102,
  (n79 AND n89) AS n106,
  (n80 OR n90) AS n107
FROM stage_2
)
SELECT
  CASE WHEN ("posts_generated:yes") THEN TRUE WHEN ("posts_generated:no") THEN FALSE END AS "cn/labelling/10 deployer",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal developer",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal modifier",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal integrator",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal host",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal distributor",
  CASE WHEN n31 THEN TRUE WHEN n52 THEN FALSE END AS "cn/labelling/10-removal deployer",
  CASE WHEN ((n79 AND (("outputs_text:yes") OR ("outputs_image:yes") OR ("outputs_video:yes"))) AND (NOT n80)) THEN TRUE WHEN n80 THEN FALSE END AS "cn/labelling/12 deployer",
  CASE WHEN n101 THEN TRUE WHEN n102 THEN FALSE END AS "cn/labelling/4 deployer",
  CASE WHEN n101 THEN TRUE WHEN n102 THEN FALSE END AS "cn/labelling/4-copies deployer",
  CASE WHEN n106 THEN TRUE WHEN n107 THEN FALSE END AS "cn/labelling/5 deployer",
  CASE WHEN n106 THEN TRUE WHEN n107 THEN FALSE END AS "cn/labelling/5-watermark deployer",
  CASE WHEN ("spreads_content:yes") THEN TRUE WHEN ("spreads_content:no") THEN FALSE END AS "cn/labelling/6 host",
  CASE WHEN ("spreads_content:yes") THEN TRUE WHEN ("spreads_content:no") THEN FALSE END AS "cn/labelling/6-declared host",
  CASE WHEN ("spreads_content:yes") THEN TRUE WHEN ("spreads_content:no") THEN FALSE END AS "cn/labelling/6-function host",
  CASE WHEN ("spreads_content:yes") THEN TRUE WHEN ("spreads_content:no") THEN FALSE END AS "cn/labelling/6-metadata host",
  CASE WHEN ("spreads_content:yes") THEN TRUE WHEN ("spreads_content:no") THEN FALSE END AS "cn/labelling/6-traces host",
  CASE WHEN ("runs_app_store:yes") THEN TRUE WHEN ("runs_app_store:no") THEN FALSE END AS "cn/labelling/7 host",
  CASE WHEN ("runs_app_store:yes") THEN TRUE WHEN ("runs_app_store:no") THEN FALSE END AS "cn/labelling/7 distributor",
  CASE WHEN n79 THEN TRUE WHEN n80 THEN FALSE END AS "cn/labelling/8 deployer",
  CASE WHEN (n79 AND ("unmarked_on_request:yes")) THEN TRUE WHEN (n80 OR ("unmarked_on_request:no")) THEN FALSE END AS "cn/labelling/9-record deployer",
  CASE WHEN n79 THEN TRUE WHEN n80 THEN FALSE END AS "cn/labelling/enforcement deployer"
FROM stage_3
