resource "aws_db_subnet_group" "catalog" {
  name       = var.name
  subnet_ids = var.node_subnet_ids
}

resource "aws_db_parameter_group" "catalog" {
  name_prefix = "${var.name}-"
  family      = "postgres15"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "catalog" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "15"
  instance_class = var.database_class
  db_name        = "cairn"

  # The master's password is RDS' own, in Secrets Manager. Nodes use a role of their own (README.md).
  username                      = "postgres"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.store.key_id

  allocated_storage     = var.database_disk_gb
  max_allocated_storage = var.database_disk_gb * 10
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.store.arn

  # A second copy in another zone gets every commit before it is acknowledged: a failover loses nothing.
  multi_az               = true
  db_subnet_group_name   = aws_db_subnet_group.catalog.name
  parameter_group_name   = aws_db_parameter_group.catalog.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  backup_retention_period    = var.backup_days
  copy_tags_to_snapshot      = true
  deletion_protection        = true
  skip_final_snapshot        = false
  final_snapshot_identifier  = "${var.name}-last"
  auto_minor_version_upgrade = true

  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.store.arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
}
