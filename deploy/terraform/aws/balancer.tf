resource "aws_lb" "front" {
  name                       = var.name
  internal                   = var.internal
  load_balancer_type         = "application"
  subnets                    = var.balancer_subnet_ids
  security_groups            = [aws_security_group.balancer.id]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  # Streams of events may be silent for long.
  idle_timeout = 3600
}

resource "aws_lb_target_group" "nodes" {
  name                          = var.name
  port                          = 8080
  protocol                      = "HTTP"
  vpc_id                        = var.vpc_id
  load_balancing_algorithm_type = "least_outstanding_requests"
  # As long as requests under way get from a node that ends (server.drain_seconds).
  deregistration_delay = 30

  # A node that ends says 503 here first, and answers on for cluster.notice_seconds. While all say so, because the database is
  # away, the balancer asks all of them.
  health_check {
    path                = "/readyz"
    matcher             = "200"
    interval            = 5
    timeout             = 4
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.front.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.nodes.arn
  }
}
