# Lines of NAME=value for /etc/cairn/environment. Terraform makes the place; the value is put there by hand (README.md) and is in no state file.
resource "aws_secretsmanager_secret" "environment" {
  name                    = "${var.name}/environment"
  description             = "Environment of Cairn's nodes: CAIRN_CATALOG_URL, CAIRN_CLUSTER_SECRET, CAIRN_BLOBS_ACCESS_KEY, CAIRN_BLOBS_SECRET_KEY"
  kms_key_id              = aws_kms_key.store.arn
  recovery_window_in_days = 7
}
