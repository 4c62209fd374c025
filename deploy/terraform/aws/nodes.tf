data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"] # Debian

  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

# A node may read its package, its secret, and nothing else.
data "aws_iam_policy_document" "node" {
  statement {
    sid       = "Package"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${var.package_bucket}/${var.package_key}", "arn:aws:s3:::${var.package_bucket}/${var.certificates_key}"]
  }

  statement {
    sid       = "Secret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.environment.arn]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.store.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "node" {
  name               = "${var.name}-node"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "node" {
  name   = "node"
  role   = aws_iam_role.node.id
  policy = data.aws_iam_policy_document.node.json
}

# A shell on a node without SSH.
resource "aws_iam_role_policy_attachment" "session" {
  role       = aws_iam_role.node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "node" {
  name = "${var.name}-node"
  role = aws_iam_role.node.name
}

resource "aws_launch_template" "node" {
  name                   = "${var.name}-node"
  image_id               = data.aws_ami.debian.id
  instance_type          = var.instance_type
  update_default_version = true

  user_data = base64encode(templatefile("${path.module}/boot.sh.tftpl", {
    region       = var.region
    bucket       = aws_s3_bucket.blobs.bucket
    cache_mb     = (var.node_disk_gb - 14) * 1000
    package      = "s3://${var.package_bucket}/${var.package_key}"
    certificates = "s3://${var.package_bucket}/${var.certificates_key}"
    environment  = aws_secretsmanager_secret.environment.arn
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.node.arn
  }

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [aws_security_group.nodes.id]
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = var.node_disk_gb
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${var.name}-node" }
  }
}

resource "aws_autoscaling_group" "nodes" {
  name                      = var.name
  min_size                  = var.nodes.min
  max_size                  = var.nodes.max
  vpc_zone_identifier       = var.node_subnet_ids
  target_group_arns         = [aws_lb_target_group.nodes.arn]
  health_check_type         = "ELB"
  health_check_grace_period = 600
  default_instance_warmup   = 120

  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }

  # A changed template replaces nodes one by one, each after its successor is there.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 134
      auto_rollback          = true
    }
  }

  tag {
    key                 = "Name"
    value               = "${var.name}-node"
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_policy" "processors" {
  name                      = "processors"
  autoscaling_group_name    = aws_autoscaling_group.nodes.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = 120

  target_tracking_configuration {
    target_value = 60

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
