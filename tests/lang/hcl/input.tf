# The provider.
terraform {
  required_version = ">= 1.0"
  backend "s3" {
    bucket = "x"
  }
}

variable "region" {
  type    = string
  default = "eu"
  validation {
    condition = length(var.region) > 1
  }
}

locals {
  name = "web"
  tags = {
    a = 1
  }
}

resource "aws_instance" "web" {
  ami = data.aws_ami.x.id
  dynamic "ebs" {
    for_each = [1]
    content { size = 1 }
  }
  user_data = <<-EOF
    #!/bin/sh
    EOF
}

data "aws_ami" "x" { owners = ["self"] }
module "vpc" { source = "./vpc" }
output "ip" { value = aws_instance.web.ip }
provider "aws" { region = var.region }
top = "level"
