"""`make deploy`: asks for the parameters, checks the answers, looks at the account, builds, and deploys."""
