"""Stand-ins for a local AWS: CodePipeline, CodeBuild, Elastic Beanstalk, ECR, Docker, Slack and a mailbox."""
