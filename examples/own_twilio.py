import pulumi

from vocode_pulumi import AccountConnection, Agent, LinkedNumber

config = pulumi.Config()

twilio = AccountConnection(
    "twilio",
    type="account_connection_twilio",
    credentials={
        "twilio_account_sid": config.require_secret("twilioAccountSid"),
        "twilio_auth_token": config.require_secret("twilioAuthToken"),
    },
    steering_pool=["14155550100", "14155550101"],
)
agent = Agent(
    "front-desk",
    prompt="You answer the phone for a bakery.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
)
number = LinkedNumber(
    "front-desk",
    phone_number="14155550100",
    telephony_account_connection=twilio.id,
    inbound_agent=agent.id,
    label="front desk",
)

pulumi.export("number", number.number)
