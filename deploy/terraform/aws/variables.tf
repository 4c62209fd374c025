variable "name" {
  description = "Name of everything that is made, and its prefix."
  type        = string
  default     = "cairn"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name may have 2 to 21 small letters, digits and dashes."
  }
}

variable "region" {
  description = "Region that everything is in."
  type        = string
}

variable "vpc_id" {
  description = "Network that exists already."
  type        = string
}

variable "balancer_subnet_ids" {
  description = "Subnets of the load balancer, in two zones or more: public ones, or private ones with internal = true."
  type        = list(string)

  validation {
    condition     = length(var.balancer_subnet_ids) >= 2
    error_message = "A load balancer needs subnets in two zones."
  }
}

variable "node_subnet_ids" {
  description = "Private subnets of nodes and database, in two zones or more, with a way out to Debian's packages and AWS."
  type        = list(string)

  validation {
    condition     = length(var.node_subnet_ids) >= 2
    error_message = "Nodes and database need subnets in two zones."
  }
}

variable "storage_endpoint_id" {
  description = "Gateway endpoint for S3 of the network. The key of the bucket works through it and nowhere else."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate of the load balancer, in the same region."
  type        = string
}

variable "internal" {
  description = "Whether the load balancer is for private networks only."
  type        = bool
  default     = true
}

variable "allowed_cidrs" {
  description = "Networks that may reach the load balancer."
  type        = list(string)
}

variable "package_bucket" {
  description = "Bucket, which exists already, with Cairn's Debian package and RDS' certificates."
  type        = string
}

variable "package_key" {
  description = "The package in it, such as cairn_0.1.0_amd64.deb. Another name replaces all nodes, one by one."
  type        = string
}

variable "certificates_key" {
  description = "RDS' certificates in it: the file global-bundle.pem that AWS publishes."
  type        = string
  default     = "global-bundle.pem"
}

variable "instance_type" {
  description = "What a node runs on: x86-64, as the package."
  type        = string
  default     = "m7i.large"
}

variable "node_disk_gb" {
  description = "Disk of a node. What it searches is kept there, up to 14 GB less than this."
  type        = number
  default     = 40

  validation {
    condition     = var.node_disk_gb >= 24
    error_message = "A node needs 24 GB or more."
  }
}

variable "nodes" {
  description = "How few and how many nodes there may be."
  type        = object({ min = number, max = number })
  default     = { min = 3, max = 9 }

  validation {
    condition     = var.nodes.min >= 2 && var.nodes.max > var.nodes.min
    error_message = "There must be two nodes or more, and room for one more while they are replaced."
  }
}

variable "database_class" {
  description = "What PostgreSQL runs on."
  type        = string
  default     = "db.m7g.large"
}

variable "database_disk_gb" {
  description = "Disk of PostgreSQL to begin with; it grows up to ten times this."
  type        = number
  default     = 50
}

variable "backup_days" {
  description = "How far back the database can be restored. Deleted blobs are kept a week longer, so that they can be too."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "RDS keeps backups for 1 to 35 days."
  }
}
