"""Which permissions of a role are needed: for a deployment to Elastic Beanstalk, and for what a run has done."""
