"""Messages (消息): what happened and what a person must do, by one outbox: in-app, mail, SMS, WeCom, DingTalk."""
