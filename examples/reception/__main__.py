import pulumi
from reception import Reception

bakery = Reception(
    "bakery",
    {
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
        "events_url": "https://example.com/calls",
        "departments": {
            "orders": {
                "prompt": "You take orders for a bakery.",
                "greeting": "Good day, what may we bake for you?",
                "numbers": {"san-francisco": {"area_code": "415"}, "anywhere": {}},
            },
            "complaints": {
                "prompt": "You listen to people whose cake was late.",
                "numbers": {"main": {"label": "complaints"}},
            },
        },
    },
)
pulumi.export("numbers", bakery.numbers)
