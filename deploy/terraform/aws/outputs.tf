output "address" {
  description = "Where the load balancer is; the certificate's name must lead there."
  value       = aws_lb.front.dns_name
}

output "bucket" {
  description = "Where the blobs are."
  value       = aws_s3_bucket.blobs.bucket
}

output "bucket_user" {
  description = "User whose key goes into the secret."
  value       = aws_iam_user.blobs.name
}

output "database" {
  description = "Where PostgreSQL is."
  value       = aws_db_instance.catalog.address
}

output "database_master_secret" {
  description = "Secret with the password of PostgreSQL's master, which RDS made."
  value       = aws_db_instance.catalog.master_user_secret[0].secret_arn
}

output "environment_secret" {
  description = "Secret that nodes read their environment from; its value is put there by hand."
  value       = aws_secretsmanager_secret.environment.arn
}
