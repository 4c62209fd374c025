data "aws_caller_identity" "current" {}

# One key for what is at rest: database, bucket and secrets.
resource "aws_kms_key" "store" {
  description             = "What ${var.name} keeps"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

# Who may use the key is decided by policies of this account.
data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_kms_alias" "store" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.store.key_id
}
